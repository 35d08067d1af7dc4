"""The Jibei exemption as a case: facts, actors, and the steps in the order of the notice."""

from __future__ import annotations

from policy_engine.process.events import Actor

CITY, PROVINCE = Actor("唐山市工信局"), Actor("省级主管部门")


def member(user="U1"):
    return Actor("市场主体", user)


def application(user="U1", **more):
    return {
        "市场主体": user,
        "所在市": "唐山",
        "结算月": "2018-06",
        "方向": "用电",
        "原因": "临时停限产令",
        "抄表周期": "2018-06-01 至 2018-06-30",
        "交易日": "2018-05-20",
        "佐证": [order()],
        **more,
    }


def order(number="D1", **more):
    plain = {"种类": "停限产令", "出具单位": "政府部门", "出具层级": "县", "出具日期": "2018-06-10"}
    return {"document_id": number, **plain, **more}


BATCH = {"所在市": "唐山", "结算月": "2018-06"}


def settled(office, matter="SQ-1", user="U1", batch="P-1"):
    """From the application to the letter."""
    office.open("免考申请", matter, application(user), member(user), "2018-07-02 09:00")
    office.do(matter, "提交", member(user), "2018-07-03 10:00")
    office.do(matter, "市级通过", CITY, "2018-07-05 11:00")
    office.open("汇总批次", batch, BATCH, CITY, "2018-07-06")
    office.do(batch, "上报", CITY, "2018-07-08 17:00")
    office.do(matter, "省级确认", PROVINCE, "2018-07-10")
    office.do(batch, "函告", PROVINCE, "2018-07-13")
    return office
